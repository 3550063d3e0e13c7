"""The contract layer: all that a connector sees. A third party's connector imports from here and from nowhere else.

    from ingest.connector import Ask, Connector, Reading, Span, events, hours, level
"""
