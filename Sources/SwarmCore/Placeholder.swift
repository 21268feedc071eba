package enum SwarmCorePlaceholder {}
