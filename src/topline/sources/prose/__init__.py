"""From sentences to facts: one file for each kind of fact, all by rules over the same page."""
