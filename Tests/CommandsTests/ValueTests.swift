import Commands
import Testing

@Suite("Values")
struct ValueTests {
    @Test("writes integers as decimal", arguments: [0, 9, 10, -1, -10, 12_345_678_901, Int64.max, Int64.min])
    func decimal(_ number: Int64) {
        var bytes: [UInt8] = [0x78]

        IntegerText.append(number, to: &bytes)

        #expect(String(decoding: bytes, as: UTF8.self) == "x\(number)")
    }

    @Test("applies the unit to numbers without a suffix only")
    func units() {
        #expect(IntegerText.parse([UInt8]("5".utf8), unit: 1024) == 5_120)
        #expect(IntegerText.parse([UInt8]("5k".utf8), unit: 1024) == 5_120)
        #expect(IntegerText.parse([UInt8]("5b".utf8), unit: 1024) == 5)
        #expect(IntegerText.parse([UInt8]("5m".utf8), unit: 1024) == 5 << 20)
        #expect(IntegerText.parse([UInt8]("yes".utf8), unit: 1024) == 1)
        #expect(IntegerText.parse([UInt8]("9223372036854775807".utf8), unit: 1024) == nil)
    }

    @Test("multiplies integers over RPC by the unit as well")
    func integerUnits() throws {
        let interpreter = try makeInterpreter()
        let context = CommandContext(interpreter)

        #expect(try interpreter.call("throttle.global_up.max_rate.set", 5, context) == 5_120)
        #expect(try interpreter.call("throttle.global_up.max_rate.set", "6", context) == 6_144)
        #expect(try interpreter.call("throttle.global_up.max_rate.set", ["7k"], context) == 7_168)
        #expect(throws: CommandFault.self) {
            try interpreter.call("throttle.global_up.max_rate.set", .integer(.max), context)
        }
    }

    @Test("keeps maps in byte order of their keys")
    func maps() {
        var map: ValueMap = ["b": 1, "a": 2, "~": 3, "!": 4]
        map["b"] = nil
        map["a"] = 5

        #expect(map.keys.map { String(decoding: $0, as: UTF8.self) } == ["!", "a", "~"])
        #expect(map["a"] == 5)
        #expect(map["b"] == nil)
    }

    @Test("keeps bytes that are no UTF-8")
    func bytes() throws {
        let interpreter = try makeInterpreter()
        try interpreter.runPrelude()

        let value = try interpreter.run(
            [UInt8]("s.set=\"".utf8) + [0xFF, 0x00, 0xC3] + [0x22], CommandContext(interpreter))

        #expect(value == .string([0xFF, 0x00, 0xC3]))
    }

    @Test("has the string commands of 0.16")
    func strings() throws {
        let interpreter = try makeInterpreter()
        let table = #"""
            string.length=Äb	2
            string.equals=a,b,a	1
            string.equals=a,b	0
            string.starts_with=abc,x,ab	1
            string.ends_with=abc,bc	1
            string.contains=abc,b	1
            string.contains=abc,B	0
            string.contains_i=abc,B	1
            string.substr=hello,1,3	"ell"
            string.substr=hello,-3	"llo"
            string.substr=hello,9,1,none	"none"
            string.substr=hello,-9,1,none	"none"
            string.substr=hello	"hello"
            string.substr=hello,2,-1	"llo"
            string.split="a,b,",","	["a", "b", ""]
            string.split=ab,	["a", "b"]
            string.join=-,a,{b,{c}}	"a-b-c"
            string.strip="  a "	"a"
            string.lstrip=xxaxx,x	"axx"
            string.rstrip=xxaxx,x	"xxa"
            string.lpad=7,3,0	"007"
            string.rpad=a,3	"a  "
            string.lpad=abcd,3	"abcd"
            string.map=a,{b,c},{a,d}	"d"
            string.map=z,{b,c}	"z"
            string.replace=aXbX,{X,-},{b,c}	"a-c-"
            string.replace=abc,{,x}	"abc"
            string.lpad=a,5,xy	"xyxya"
            """#

        for line in table.split(separator: "\n") {
            let columns = line.split(separator: "\t").map(String.init)
            let answer = Fixtures.answer { () throws(CommandFault) in try interpreter.evaluate(columns[0]) }
            #expect(answer == columns[1], "\(columns[0])")
        }
    }
}
