"""Files of phone systems, read into the tables of `canonical`."""
