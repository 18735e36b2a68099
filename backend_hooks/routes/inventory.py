"""The catalogue: products, stock, files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend_hooks.dependencies import SessionDep, StoreAccess, store_by_tienda_id
from backend_hooks.error_handlers import refusals
from livestream_sell.core.access import Permission
from livestream_sell.core.errors import InvalidInput
from livestream_sell.inventory import csv_import, service
from livestream_sell.inventory.schemas import ImportResult, ProductChange, ProductDraft, ProductView
from livestream_sell.inventory.search import ProductFilter
from livestream_sell.sales import restocking

CSV = "text/csv; charset=utf-8"

router = APIRouter(prefix="/api/v1/inventory", tags=["inventory"], responses=refusals(401, 403, 404, 422))

Viewed = Annotated[StoreAccess, Depends(store_by_tienda_id(Permission.view_store))]
Managed = Annotated[StoreAccess, Depends(store_by_tienda_id(Permission.manage_products))]


class StockChange(BaseModel):
    """Pieces to add (or take away: negative), or how many there are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"delta": 5}, {"to": 12}]})

    delta: int | None = Field(default=None, ge=-1_000_000, le=1_000_000)
    to: int | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "StockChange":
        if (self.delta is None) == (self.to is None):
            raise ValueError("give either `delta` or `to`")
        return self


class Deleted(BaseModel):
    """`is_gone` False: it was claimed before, so it is kept, inactive."""

    is_gone: bool


@router.get("/products", summary="Products of a store")
async def list_products(
    access: Viewed, session: SessionDep, response: Response,
    limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    search: Annotated[str, Query(max_length=200, description="Words of code, name, category, keywords")] = "",
    category: Annotated[str, Query(max_length=100)] = "", low_stock: bool = False, include_inactive: bool = False,
) -> list[ProductView]:  # fmt: skip
    """By code; `X-Total-Count` says how many match."""
    narrowed = ProductFilter(search, category, low_stock, include_inactive)
    page = await service.list_products(session, access.store_id, narrowed, limit=limit, offset=offset)
    response.headers["X-Total-Count"] = str(page.total)
    return page.rows


@router.post("/products", status_code=201, responses=refusals(409), summary="Add a product")
async def create_product(body: ProductDraft, access: Managed, session: SessionDep) -> ProductView:
    """A variant (size, colour) is a product of its own under the same name."""
    return await service.create_product(session, access.store_id, body)


@router.get("/products/{product_id}", summary="A product")
async def read_product(product_id: UUID, access: Viewed, session: SessionDep) -> ProductView:
    """With its stock and what of it is reserved."""
    return await service.get_product(session, access.store_id, product_id)


@router.patch("/products/{product_id}", responses=refusals(409), summary="Change a product")
async def change_product(product_id: UUID, body: ProductChange, access: Managed, session: SessionDep) -> ProductView:
    """Only what is given is changed; more stock serves the waiting list."""
    return await restocking.change_product(session, access.store_id, product_id, body)


@router.delete("/products/{product_id}", responses=refusals(409), summary="Take a product out of the catalogue")
async def delete_product(product_id: UUID, access: Managed, session: SessionDep) -> Deleted:
    """Refused while buyers hold pieces of it."""
    return Deleted(is_gone=await service.delete_product(session, access.store_id, product_id))


@router.post("/products/{product_id}/stock", responses=refusals(409), summary="Adjust the stock")
async def adjust_stock(product_id: UUID, body: StockChange, access: Managed, session: SessionDep) -> ProductView:
    """Never below what is reserved; more stock serves the waiting list."""
    return await restocking.adjust_stock(session, access.store_id, product_id, delta=body.delta, to=body.to)


@router.get("/categories", summary="Categories in use")
async def list_categories(access: Viewed, session: SessionDep) -> list[str]:
    """For a filter."""
    return await service.categories(session, access.store_id)


@router.post(
    "/import", responses=refusals(413), summary="Import a CSV file",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": csv_import.template()},
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                },
            },
        }
    },
)  # fmt: skip
async def import_products(request: Request, access: Managed, session: SessionDep) -> ImportResult:
    """Good lines create or change products by their code; bad ones are reported with their line. At most 5 MB."""
    return await restocking.import_csv(session, access.store_id, await _file(request))


@router.get("/export", response_class=Response, summary="The catalogue as CSV")
async def export_products(access: Viewed, session: SessionDep) -> Response:
    """What the import reads again; cells that a spreadsheet would execute are neutralised."""
    return _csv("products.csv", "\ufeff" + await service.export_csv(session, access.store_id))


@router.get("/template", response_class=Response, summary="An empty CSV with our headings")
async def read_template(access: Viewed) -> Response:
    """With one example."""
    del access
    return _csv("template.csv", "\ufeff" + csv_import.template())


def _csv(name: str, text: str) -> Response:
    return Response(text, media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _file(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        uploaded = form.get("file")
        if uploaded is None or isinstance(uploaded, str):
            raise InvalidInput("Send the file as the field `file`.", field="file")
        return await uploaded.read()
