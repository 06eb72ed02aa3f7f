"""What all reports are made of, on a terminal, on a page and in files."""
