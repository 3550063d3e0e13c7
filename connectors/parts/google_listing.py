"""Google's listings: what is empty is left out of them, so one without anything must still be told from no listing."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator


class GoogleListing(BaseModel):
    """One page. `{}` is one without rows; what has unknown fields alone is none."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.model_extra and self.model_extra.keys() == self.model_fields_set:
            raise ValueError("is no listing: nothing that belongs to one is in it")
        return self
