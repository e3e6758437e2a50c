"""Where estimates come from: contributions, hat matrices, paths of evidence, the shape of the network."""
