package enum TestKitPlaceholder {}
