import Commands

/// Everything that is said of downloads, files, trackers, peers and views.
func defineDownloadVocabulary(in map: CommandMap, _ controller: Controller) {
    let reader = DownloadReader()
    defineDownloadFields(in: map, controller, reader)
    defineDownloadProgress(in: map, controller, reader)
    defineDownloadCustom(in: map)
    defineDownloadLimits(in: map, controller, reader)
    defineDownloadChoking(in: map, controller, reader)
    defineDownloadActions(in: map, controller, reader)
    defineDownloadLinks(in: map)
    defineFiles(in: map, reader)
    definePeers(in: map, controller, reader)
    defineTrackers(in: map, controller, reader)
    defineViews(in: map, controller, reader)
    defineLoads(in: map, controller)
    defineMulticalls(in: map, controller, reader)
    defineTextVariants(in: map)
}
