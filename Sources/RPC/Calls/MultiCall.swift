import Commands

extension RPCDispatcher {
    private static let name = "system.multicall"

    /// `system.multicall`: each result is a list of one, each fault a structure in its place. What is wrong with the batch itself is the
    /// fault of the whole, worded as xmlrpc-c does; so are nested multicalls and calls without `params`, wherever they stand.
    func multicall(_ parameters: [RPCParameter], caller: Caller) throws(CommandFault) -> RPCResult {
        guard parameters.count == 1, let batch = parameters.first else {
            throw .input(
                "system.multicall takes one parameter, which is an array, each element describing one RPC.  "
                    + "You supplied \(parameters.count) arguments")
        }
        guard case .array(let elements) = batch else {
            throw CommandFault(
                .type,
                "system.multicall's parameter should be an array, each element describing one RPC.  "
                    + "But it is type \(batch.typeNumber) instead.")
        }
        var results: [RPCResult] = []
        results.reserveCapacity(elements.count)
        for element in elements {
            let call = try Self.describedCall(element)
            do throws(CommandFault) {
                results.append(.array([try self.call(call, caller: caller)]))
            } catch {
                results.append(.fault(error))
            }
        }
        return .array(results)
    }

    private static func describedCall(_ element: RPCParameter) throws(CommandFault) -> RPCCall {
        guard case .structure = element else {
            throw CommandFault(
                .type,
                "An element of the multicall array is type \(element.typeNumber), "
                    + "but should be a struct (with members 'methodName' and 'params')")
        }
        guard let method = element["methodName"] else { throw missing("methodName") }
        guard case .string(let methodName) = method else {
            throw CommandFault(.type, "Value of type \(method.typeName) supplied where string type was expected.")
        }
        guard let parameters = element["params"] else { throw missing("params") }
        guard case .array(let list) = parameters else {
            throw CommandFault(
                .type,
                "Value to be decomposed is of type \(parameters.typeName), but the 'A' specifier requires type ARRAY")
        }
        let call = RPCCall(method: String(decoding: methodName, as: UTF8.self), parameters: list)
        guard call.method != name else { throw CommandFault(.refused, "Recursive system.multicall forbidden") }
        return call
    }

    private static func missing(_ key: String) -> CommandFault {
        CommandFault(FaultCode(rawValue: -502), "No member of struct has key '\(key)'")
    }
}
