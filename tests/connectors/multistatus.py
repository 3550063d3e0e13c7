"""What CalDAV servers answer, for the tests."""

from xml.sax.saxutils import escape

BEGIN = (
    '<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav"'
    ' xmlns:cs="http://calendarserver.org/ns/">'
)
END = "</d:multistatus>"
TYPE = "<d:resourcetype><d:collection/><cal:calendar/></d:resourcetype>"
FOLDER = "<d:resourcetype><d:collection/></d:resourcetype>"
TAG = "<cs:getctag>http://sabre.io/ns/sync/7</cs:getctag>"


def data(body: bytes) -> str:
    """The property that holds an event."""
    return f"<d:getetag>&quot;1&quot;</d:getetag><cal:calendar-data>{escape(body.decode())}</cal:calendar-data>"


def response(href: str, *properties: str, status: int = 200) -> str:
    """A place with properties that are told, or not told for the reason in `status`."""
    told = f"<d:prop>{''.join(properties)}</d:prop><d:status>HTTP/1.1 {status} So</d:status>"
    return f"<d:response><d:href>{href}</d:href><d:propstat>{told}</d:propstat></d:response>"


def failed(href: str, status: int) -> str:
    """A place of which nothing is told."""
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {status} So</d:status></d:response>"


def answer(*responses: str) -> bytes:
    return f"{BEGIN}{''.join(responses)}{END}".encode()


def multistatus(href: str, *properties: str) -> bytes:
    """An answer about one place."""
    return answer(response(href, *properties))
