"""A fit in words, pictures, pages and as a script for R."""
