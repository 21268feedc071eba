import Commands

/// Everything that belongs to no download: limits, network, system, session, logs, groups, filters.
func defineGlobalVocabulary(in map: CommandMap, _ controller: Controller) {
    defineThrottles(in: map, controller)
    defineSlots(in: map, controller)
    defineNetwork(in: map, controller)
    defineHTTP(in: map, controller)
    defineControlSockets(in: map, controller)
    defineHTTPSockets(in: map, controller)
    defineSystem(in: map, controller)
    defineSystemFiles(in: map, controller)
    defineFolders(in: map, controller)
    defineLogs(in: map, controller)
    defineChokeGroups(in: map, controller)
    defineRatioGroups(in: map, controller)
    defineAddressFilters(in: map, controller)
    definePieces(in: map, controller)
    defineProtocol(in: map, controller)
    defineInterface(in: map, controller)
    defineEvents(in: map)
    defineLowDisk(in: map, controller)
    defineSimpleScheduler(in: map, controller)
}
