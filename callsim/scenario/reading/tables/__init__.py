"""Tables as people have them, CSV files and workbooks, read into the tree."""
