package enum BencodePlaceholder {}
