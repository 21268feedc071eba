package enum MetainfoPlaceholder {}
