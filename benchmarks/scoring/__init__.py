"""How labels and proposed facts are compared: places in a text, names, numbers, units."""
