package enum TrackerWirePlaceholder {}
