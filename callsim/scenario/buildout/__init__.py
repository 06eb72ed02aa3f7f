"""The words of a build-out over years."""
