"""From files to trees and back: YAML, tables, overlays, changed values."""
