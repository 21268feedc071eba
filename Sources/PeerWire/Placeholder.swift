package enum PeerWirePlaceholder {}
