import Commands
import RPC

/// What 0.16 adds for names that are no UTF-8, and for paths with links in them: `d.name.hex`, `d.base_path.realpath.or_empty`.
///
/// XML-RPC of 0.9.8 has no binary answers, and neither do we: `…as_binary` gives the text, as the plain field does.
func defineTextVariants(in map: CommandMap) {
    let forms = ["as_binary", "base64", "base64_as_binary", "hex", "or_as_binary", "or_base64"]
    let fields: [(String, TargetKind, [String])] = [
        ("d.name", .download, forms), ("d.base_filename", .download, forms), ("d.base_path", .download, forms),
        ("f.frozen_path", .file, forms.filter { $0 != "base64_as_binary" }),
    ]
    for (name, target, forms) in fields {
        for form in forms {
            map.define(
                "\(name).\(form)", on: target, .string, flags: flags(form), help: "\(name) \(meaning(form))"
            ) { (context, _) throws(CommandFault) in
                .string(encoded(try context.interpreter.call(name, .none, context).bytes ?? [], form))
            }
        }
    }
    for form in forms {
        map.define(
            "f.path_components.\(form)", on: .file, .list, flags: flags(form).subtracting(.isUntrustedSafe),
            help: "f.path_components \(meaning(form))"
        ) { (context, _) throws(CommandFault) in
            let components = try context.interpreter.call("f.path_components", .none, context).list ?? []
            return .list(components.map { .string(encoded($0.bytes ?? [], form)) })
        }
    }
    defineRealPaths(in: map)
}

private func flags(_ form: String) -> CommandFlags {
    form.hasSuffix("as_binary") ? [.isUntrustedSafe, .isNeutral] : .isUntrustedSafe
}

private func meaning(_ form: String) -> String {
    switch form {
    case "base64", "base64_as_binary": "in base64"
    case "hex": "in upper-case hex"
    case "or_base64": "if it is UTF-8, else in base64"
    default: "as it is: there are no binary answers"
    }
}

private func encoded(_ bytes: [UInt8], _ form: String) -> [UInt8] {
    switch form {
    case "base64", "base64_as_binary": Base64.encode(bytes)
    case "hex": HashText.upper(bytes)
    case "or_base64": String(validating: bytes, as: UTF8.self) == nil ? Base64.encode(bytes) : bytes
    default: bytes
    }
}

private func defineRealPaths(in map: CommandMap) {
    let fields: [(String, TargetKind)] = [
        ("d.base_path", .download), ("d.directory", .download), ("d.loaded_file", .download),
        ("d.tied_to_file", .download), ("f.frozen_path", .file),
    ]
    for (name, target) in fields {
        for isThrowing in [false, true] {
            map.define(
                "\(name).realpath.or_\(isThrowing ? "throw" : "empty")", on: target, .string, flags: .isUntrustedSafe,
                help: "\(name) without links; \(isThrowing ? "faults" : "empty") if it cannot be resolved"
            ) { (context, _) throws(CommandFault) in
                let path = try context.interpreter.call(name, .none, context).text ?? ""
                if let resolved = RealPath.of(path) { return .text(resolved) }
                if isThrowing { throw .input("Could not resolve path: \(path)") }
                return .emptyString
            }
        }
    }
}
