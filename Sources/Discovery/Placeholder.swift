package enum DiscoveryPlaceholder {}
