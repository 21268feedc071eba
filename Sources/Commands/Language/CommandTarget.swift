/// What a command works on, as a kind: nothing, or one of the kinds that the owner of the vocabulary makes.
package struct TargetKind: Hashable, Sendable {
    package let rawValue: UInt8

    /// - Parameter rawValue: 1…254; 0 and 255 are the language's own.
    package init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// No target; as a command's kind it means that any target will do.
    package static let any = TargetKind(0)
    /// Two targets of one kind side by side, while a view is sorted.
    package static let pair = TargetKind(255)
}

/// What a command works on. The language only hands it through and compares kinds.
///
/// `object` is the owner's (a download); `index` tells which of its parts (a file) without an object for each.
package struct CommandTarget {
    package let kind: TargetKind
    package let object: AnyObject?
    package let index: Int
    /// The second of a pair; see ``pair(_:_:)``.
    package let other: AnyObject?

    package init(_ kind: TargetKind, _ object: AnyObject?, index: Int = 0) {
        self.init(kind, object, index, nil)
    }

    private init(_ kind: TargetKind, _ object: AnyObject?, _ index: Int, _ other: AnyObject?) {
        self.kind = kind
        self.object = object
        self.index = index
        self.other = other
    }

    package static var none: CommandTarget { CommandTarget(.any, nil) }

    /// Two objects to be compared by `less`, `greater`, `equal` and `compare`, each a target of `kind`.
    package static func pair(_ first: AnyObject, _ second: AnyObject, of kind: TargetKind) -> CommandTarget {
        CommandTarget(.pair, first, Int(kind.rawValue), second)
    }

    /// The halves of a pair; the target itself twice if it is none.
    package var halves: (CommandTarget, CommandTarget) {
        guard kind == .pair else { return (self, self) }
        let kind = TargetKind(UInt8(truncatingIfNeeded: index))
        return (CommandTarget(kind, object), CommandTarget(kind, other))
    }
}
