"""What tests are made of: centres, floors, plans and results, with random ones among them."""
