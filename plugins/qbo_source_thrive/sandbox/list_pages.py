"""Customers, products with their locations, and settings."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qbo_source_thrive.sandbox.records import Address, Customer, Product
from qbo_source_thrive.sandbox.state import books, state

Page = str | Response

pages = Blueprint("lists", __name__)


@pages.get("/")
def home() -> Page:
    """The list of invoices."""
    return redirect(url_for("invoices.overview"))


@pages.route("/customers", methods=["GET", "POST"])
def customers() -> Page:
    """The customers, and a form for one more."""
    if request.method == "POST":
        _add_customer()
        return redirect(url_for("lists.customers"))
    return render_template("customers.html", store=books())


@pages.route("/products", methods=["GET", "POST"])
def products() -> Page:
    """The products, and at which locations each variant is sold (T-28)."""
    if request.method == "POST":
        ticked = frozenset(request.form.getlist("sold"))
        books().products = {key: _placed(each, ticked) for key, each in books().products.items()}
        flash("Saved.")
        return redirect(url_for("lists.products"))
    return render_template("products.html", store=books())


@pages.route("/settings/accounting", methods=["GET", "POST"])
def accounting() -> Page:
    """Settings > Accounting: where people connect QuickBooks (T-5), and the switch that invoices ignore (T-26)."""
    if request.method == "POST":
        books().nightly_sales = "nightly_sales" in request.form
        books().invoice_sync_beta = "invoice_sync_beta" in request.form
        flash("Saved.")
        return redirect(url_for("lists.accounting"))
    return render_template("accounting.html", store=books(), widget=state().widget)


@pages.get("/settings/developers")
def developers() -> Page:
    """Settings > Developers: key and secret for the plugin."""
    return render_template("developers.html", state=state(), address=request.host_url.rstrip("/"))


def _add_customer() -> None:
    told = {name: request.form.get(name, "").strip() for name in ("name", "email", "phone")}
    if not told["name"]:
        flash("Enter a name.", "error")
        return
    address = Address(
        **{name: request.form.get(name, "").strip() for name in ("line1", "city", "state", "postal_code")}
    )
    customer = Customer(id=books().new_id("cus"), billing_address=address, **told)
    books().customers = {**books().customers, customer.id: customer}
    flash(f"{customer.name} added.")


def _placed(product: Product, ticked: frozenset[str]) -> Product:
    variants = tuple(
        replace(
            variant,
            location_ids=frozenset(
                place for place in books().locations if f"{product.id}/{variant.id}@{place}" in ticked
            ),
        )
        for variant in product.variants
    )
    return replace(product, variants=variants)
