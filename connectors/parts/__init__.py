"""What connectors are made of where one file is not enough: parsers, wires and queries. No connector lives here."""
