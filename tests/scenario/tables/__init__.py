"""Tables: files of counts, agents and profiles as people have them."""
