"""Listings that come in pages: how the next one is found, and that none is missing."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, RootModel, model_validator
from pydantic_core import CoreSchema

from connectors.parts.expression import Expression, found, is_named
from connectors.parts.scalar import number_of
from connectors.parts.signpost import signpost
from ingest.connector import Answer, Ask, Broken, Params

Document = RootModel[Any]


class Pages(BaseModel):
    """How an answer leads to the next page. One of `link`, `cursor`, `page` and `offset`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    link: str | None = Field(None, min_length=1, description="the relation in the Link header, usually `next`")
    cursor: Expression | None = Field(None, description="where the answer has the next address, or the next token")
    parameter: str | None = Field(
        None, min_length=1, description="the query parameter that takes the token of `cursor`"
    )
    page: str | None = Field(None, min_length=1, description="the query parameter with the number of the page")
    first: int = Field(1, ge=0, description="the number of the first page")
    offset: str | None = Field(None, min_length=1, description="the query parameter with how many rows to skip")
    items: Expression | None = Field(None, description="where a page has its rows; default: what the signals read")
    total: Expression | None = Field(None, description="where the answer says how many rows there are on all pages")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"link": "next"} if written == "link" else written

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.link, self.cursor, self.page, self.offset)) != 1:
            raise ValueError("give one of `link`, `cursor`, `page` and `offset`")
        if self.parameter and not self.cursor:
            raise ValueError("`parameter` belongs to `cursor`; write the name of the parameter itself: `page: page`")
        if "first" in self.model_fields_set and self.page is None:
            raise ValueError("`first` belongs to `page`")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": "link"}, handler(core)]}

    @property
    def counts(self) -> bool:
        """Whether the rows of a page have to be found."""
        return self.page is not None or self.offset is not None or self.total is not None

    def begin(self) -> Mapping[str, int]:
        """The query parameters of the first page."""
        return {self.page: self.first} if self.page else {self.offset: 0} if self.offset else {}


def alone(page: Document, answer: Answer) -> str | Params | None:
    """After the only page of a listing whose pages nobody described. `Broken` where it says that there is another."""
    if (post := signpost(page.root, answer)) is not None:
        raise Broken(
            f"the listing goes on on another page (`{post}`): write in `pages` how it is found, or `paged: false` "
            "where the first page is all that is wanted"
        )
    return None


class Following:
    """From a page to the next. One for each listing; what it has seen tells whether the listing goes round."""

    def __init__(self, pages: Pages, items: str | None, ask: Ask) -> None:
        self._pages, self._items, self._most = pages, items, ask.limits.json
        self._number, self._seen, self._size = 0, 0, 0
        self._rows: list[Any] = []
        self._steps: set[str] = set()

    def __call__(self, page: Document, answer: Answer) -> str | Params | None:
        self._size += len(answer.body)
        if self._size > self._most:
            raise Broken(f"the pages together are larger than {self._most / 2**20:g} MiB")
        self._number += 1
        rows = self._counted(page.root)
        step = self._step(page.root, answer, rows)
        if self._pages.total is not None:
            step = self._until_total(self._pages.total, page.root, step)
        elif step is None and self._number == 1:
            self._refuse_slip(page.root, answer)
        if step is not None and str(step) in self._steps:
            raise Broken("the next page is one that came before; the listing does not end")
        self._steps.add(str(step))
        return step

    def _counted(self, document: Any) -> int:
        if not self._pages.counts or self._items is None:
            return 0
        rows = found(self._items, document)
        if not isinstance(rows, list):
            raise Broken(f"should be the list of page {self._number}, and there is none", self._items)
        if rows and rows == self._rows:
            raise Broken("the same rows came twice; the listing does not end", self._items)
        self._rows = rows
        self._seen += len(rows)
        return len(rows)

    def _step(self, document: Any, answer: Answer, rows: int) -> str | Params | None:
        pages = self._pages
        if pages.link is not None:
            return answer.link(pages.link)
        if pages.cursor is not None:
            return self._cursor(pages.cursor, found(pages.cursor, document))
        if not rows:
            return None
        if pages.page is not None:
            return {pages.page: pages.first + self._number}
        return {pages.offset or "": self._seen}

    def _refuse_slip(self, document: Any, answer: Answer) -> None:
        """Nothing leads on from the first page. That is so in a short listing too, so the answer is asked."""
        link, cursor = self._pages.link, self._pages.cursor
        if link is not None and (post := signpost(document, answer)) is not None:
            raise Broken(f"there is no such Link header, and yet `{post}` leads to another page", f"pages.link {link}")
        if cursor is None or found(cursor, document) is not None or is_named(cursor, document):
            return
        if (post := signpost(document, answer, cursor)) is not None:
            raise Broken(
                f"finds nothing, and yet `{post}` seems to lead to another page; if it does not, write "
                f"`cursor: \"{cursor} || ''\"`",
                cursor,
            )

    def _cursor(self, expression: str, value: Any) -> str | Params | None:
        if value is None or value == "" or value is False:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Broken("should be the next address or token, or null after the last page", expression)
        if self._pages.parameter is not None:
            return {self._pages.parameter: value}
        if not str(value).startswith(("https://", "http://", "/", "?")):
            raise Broken("is no address; where it is a token, name its query parameter: `parameter`", expression)
        return str(value)

    def _until_total(self, expression: str, document: Any, step: str | Params | None) -> str | Params | None:
        try:
            total = number_of(found(expression, document))
        except ValueError as error:
            raise Broken(str(error), expression) from None
        if self._seen < total and step is None:
            raise Broken(f"only {self._seen} of {total:g} rows came", expression)
        return step if self._seen < total else None
