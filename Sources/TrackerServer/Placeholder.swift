package enum TrackerServerPlaceholder {}
