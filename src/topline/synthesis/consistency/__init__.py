"""Whether direct and indirect evidence, and designs, agree."""
