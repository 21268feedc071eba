import Testing

/// The package's real arrows against the map in CONTRIBUTING.md.
@Suite("Arrows between targets")
struct ArrowTests {
    @Test("are those of the map in CONTRIBUTING.md")
    func matchMap() async throws {
        let map = try PackageMap()
        let targets = try await PackageManifest.load().products

        let drawn = Dictionary(map.rows.map { ($0.target, $0.imports) }) { first, _ in first }
        let names = Set(targets.map(\.name))

        #expect(Set(drawn.keys) == names, "each target has one row on the map, each row is a target")
        for target in targets {
            #expect(drawn[target.name] == target.dependencyNames.intersection(names), "imports of \(target.name)")
        }
    }

    @Test("point to a lower floor")
    func pointDown() throws {
        let map = try PackageMap()

        let floors = Dictionary(map.rows.map { ($0.target, $0.floor) }) { first, _ in first }

        for row in map.rows {
            for name in row.imports {
                #expect(try #require(floors[name]) < row.floor, "\(row.target) → \(name)")
            }
        }
    }

    @Test("never are the forbidden ones, not even through others")
    func avoidForbidden() async throws {
        let forbidden = try PackageMap().forbidden
        let manifest = try await PackageManifest.load()

        let direct = Dictionary(manifest.targets.map { ($0.name, $0.dependencyNames) }) { first, _ in first }
        func reached(from target: String) -> Set<String> {
            (direct[target] ?? []).reduce(into: direct[target] ?? []) { $0.formUnion(reached(from: $1)) }
        }

        #expect(forbidden.count > 20, "the table was read")
        for arrow in forbidden {
            #expect(!reached(from: arrow.from).contains(arrow.to), "\(arrow.from) → \(arrow.to)")
        }
    }

    /// The compiler's own check (`--explicit-target-dependency-import-check`) lets an import pass when a declared
    /// dependency has the module among its own dependencies; this one does not.
    @Test("that a source file draws are declared, and those declared are drawn")
    func areImports() async throws {
        let manifest = try await PackageManifest.load()
        let ours = Set(manifest.products.map(\.name))
        let system: Set = [
            "Glibc", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Testing",
        ]

        for target in manifest.targets {
            var drawn: Set<String> = []
            for file in try SourceTree.files(under: target.folder) where file.hasSuffix(".swift") {
                let imports = try SourceTree.imports(of: file)
                drawn.formUnion(imports)
                let undeclared = imports.subtracting(target.dependencyNames).subtracting(system)
                #expect(undeclared.isEmpty, "\(file) imports what the row of \(target.name) lacks")
            }
            let idle = ours.contains(target.name) ? target.dependencyNames.intersection(ours).subtracting(drawn) : []
            #expect(idle.isEmpty, "\(target.name) declares what none of its files imports")
        }
    }
}
