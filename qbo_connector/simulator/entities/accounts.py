"""Account types, the sub-types each knows and where they stand in the books."""

_SUB_TYPES: dict[str, tuple[str, ...]] = {
    "Bank": ("Checking", "CashOnHand", "MoneyMarket", "RentsHeldInTrust", "Savings", "TrustAccounts"),
    "Accounts Receivable": ("AccountsReceivable",),
    "Other Current Asset": (
        "OtherCurrentAssets", "UndepositedFunds", "Inventory", "PrepaidExpenses", "EmployeeCashAdvances",
        "AllowanceForBadDebts", "DevelopmentCosts", "Investment_Other", "LoansToOfficers", "LoansToOthers",
        "LoansToStockholders", "Retainage",
    ),
    "Fixed Asset": (
        "OtherFixedAssets", "FurnitureAndFixtures", "MachineryAndEquipment", "Vehicles", "Buildings", "Land",
        "AccumulatedDepreciation", "LeaseholdImprovements", "FixedAssetComputers", "IntangibleAssets",
    ),
    "Other Asset": ("OtherLongTermAssets", "SecurityDeposits", "Goodwill", "Licenses", "LeaseBuyout"),
    "Accounts Payable": ("AccountsPayable",),
    "Credit Card": ("CreditCard",),
    "Other Current Liability": (
        "OtherCurrentLiabilities", "GlobalTaxPayable", "GlobalTaxSuspense", "SalesTaxPayable", "LoanPayable",
        "LineOfCredit", "PayrollTaxPayable", "PayrollClearing", "DeferredRevenue", "TrustAccountsLiabilities",
    ),
    "Long Term Liability": ("OtherLongTermLiabilities", "NotesPayable", "ShareholderNotesPayable"),
    "Equity": (
        "OpeningBalanceEquity", "RetainedEarnings", "OwnersEquity", "PartnersEquity", "CommonStock",
        "PaidInCapitalOrSurplus",
        "AccumulatedAdjustment", "PreferredStock", "TreasuryStock", "PartnerContributions", "PartnerDistributions",
    ),
    "Income": (
        "ServiceFeeIncome", "SalesOfProductIncome", "OtherPrimaryIncome", "DiscountsRefundsGiven",
        "NonProfitIncome", "UnappliedCashPaymentIncome",
    ),
    "Cost of Goods Sold": (
        "SuppliesMaterialsCogs", "CostOfLaborCos", "EquipmentRentalCos", "OtherCostsOfServiceCos",
        "ShippingFreightDeliveryCos",
    ),
    "Expense": (
        "OtherMiscellaneousServiceCost", "AdvertisingPromotional", "Auto", "BankCharges", "CostOfLabor",
        "DuesSubscriptions", "EntertainmentMeals", "EquipmentRental", "Insurance", "InterestPaid",
        "LegalProfessionalFees", "OfficeGeneralAdministrativeExpenses", "OtherBusinessExpenses",
        "PayrollExpenses",
        "PromotionalMeals", "RentOrLeaseOfBuildings", "RepairMaintenance", "ShippingFreightDelivery",
        "SuppliesMaterials", "TaxesPaid", "Travel", "TravelMeals", "UnappliedCashBillPaymentExpense", "Utilities",
    ),
    "Other Income": ("OtherMiscellaneousIncome", "DividendIncome", "InterestEarned", "OtherInvestmentIncome"),
    "Other Expense": ("OtherMiscellaneousExpense", "Depreciation", "ExchangeGainOrLoss", "PenaltiesSettlements"),
}  # fmt: skip

_CLASSIFICATION = {
    "Asset": ("Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset"),
    "Liability": ("Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability"),
    "Equity": ("Equity",),
    "Revenue": ("Income", "Other Income"),
    "Expense": ("Cost of Goods Sold", "Expense", "Other Expense"),
}


def sub_types_of(account_type: str) -> tuple[str, ...]:
    """The sub-types of an account type, the default first; none for an unknown type."""
    return _SUB_TYPES.get(account_type, ())


def classification_of(account_type: str) -> str:
    """Asset, Liability, Equity, Revenue or Expense."""
    return next((name for name, types in _CLASSIFICATION.items() if account_type in types), "")
