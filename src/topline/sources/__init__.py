"""Documents in, proposed facts out: each beside the passage that it came from, none past the gate without one."""
