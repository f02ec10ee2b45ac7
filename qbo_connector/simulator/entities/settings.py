"""What stands once per company, and the records that hang on others."""

from qbo_connector.simulator.entities.kinds import DOCUMENT, READABLE, EntityKind, Family, Op

COMPANY_INFO = EntityKind(
    name="CompanyInfo",
    family=Family.SETTING,
    operations=frozenset({Op.READ, Op.QUERY, Op.UPDATE, Op.CDC}),
    id_space="companyinfo",
    limits={"CompanyName": 1024, "LegalName": 1024, "Email.Address": 100, "WebAddr.URI": 1000},
    defaults={"WebAddr": {}},
)
PREFERENCES = EntityKind(
    name="Preferences",
    family=Family.SETTING,
    operations=frozenset({Op.READ, Op.QUERY, Op.UPDATE, Op.CDC}),
    id_space="preferences",
)
COMPANY_CURRENCY = EntityKind(
    name="CompanyCurrency",
    family=Family.LIST,
    operations=frozenset({Op.CREATE, Op.READ, Op.UPDATE, Op.QUERY, Op.CDC}),
    id_space="companycurrency",
    required=("Code",),
    defaults={"Active": True},
    list_name="CompanyCurrency",
)
EXCHANGE_RATE = EntityKind(
    name="ExchangeRate",
    family=Family.SETTING,
    operations=frozenset({Op.CREATE, Op.READ, Op.UPDATE, Op.QUERY}),
    id_space="exchangerate",
    required=("SourceCurrencyCode", "Rate"),
)
ATTACHABLE = EntityKind(
    name="Attachable",
    family=Family.SETTING,
    operations=DOCUMENT,
    id_space="attachable",
    limits={"Note": 2000, "FileName": 1000, "Category": 100, "ContentType": 100, "PlaceName": 2000, "Tag": 2000},
    read_only=frozenset({"FileAccessUri", "TempDownloadUri", "Size", "ThumbnailFileAccessUri"}),
)
RECURRING_TRANSACTION = EntityKind(
    name="RecurringTransaction",
    family=Family.SETTING,
    operations=DOCUMENT - {Op.CDC},
    id_space="recurring",
)
TAX_PAYMENT = EntityKind(name="TaxPayment", family=Family.TRANSACTION, operations=READABLE)

KINDS = (
    COMPANY_INFO, PREFERENCES, COMPANY_CURRENCY, EXCHANGE_RATE, ATTACHABLE, RECURRING_TRANSACTION, TAX_PAYMENT,
)  # fmt: skip
