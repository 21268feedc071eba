import Commands

/// Everything that belongs to no download: limits, network, system, session, logs, groups, filters.
func defineGlobalVocabulary(in map: CommandMap, _ controller: Controller) {
}
