import Commands

/// Everything that is said of downloads, files, trackers, peers and views.
func defineDownloadVocabulary(in map: CommandMap, _ controller: Controller) {
    let reader = DownloadReader()
    defineDownloadFields(in: map, controller, reader)
    defineDownloadProgress(in: map, controller, reader)
    defineDownloadCustom(in: map)
    defineFiles(in: map, reader)
    definePeers(in: map, reader)
}
