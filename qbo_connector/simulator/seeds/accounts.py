"""The chart of accounts of every seed."""

from qbo_connector.simulator.company.company import Company
from qbo_connector.simulator.entities.accounts import classification_of
from qbo_connector.simulator.entities.registry import kind
from qbo_connector.simulator.transactions.currency import home_currency

_CHART = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("2", "Retained Earnings", "Equity", "RetainedEarnings"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("7", "Advertising", "Expense", "AdvertisingPromotional"),
    ("8", "Bank Charges", "Expense", "BankCharges"),
    ("10", "Dues & Subscriptions", "Expense", "DuesSubscriptions"),
    ("13", "Meals and Entertainment", "Expense", "EntertainmentMeals"),
    ("15", "Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("17", "Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ("22", "Travel", "Expense", "Travel"),
    ("24", "Utilities", "Expense", "Utilities"),
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("34", "Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    ("35", "Checking", "Bank", "Checking"),
    ("36", "Savings", "Bank", "Savings"),
    ("37", "Machinery", "Fixed Asset", "MachineryAndEquipment"),
    ("41", "Mastercard", "Credit Card", "CreditCard"),
    ("42", "Visa", "Credit Card", "CreditCard"),
    ("44", "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    ("45", "Landscaping Services", "Income", "OtherPrimaryIncome"),
    ("54", "Pest Control Services", "Income", "OtherPrimaryIncome"),
    ("58", "Job Materials", "Expense", "SuppliesMaterials"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("80", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("81", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("82", "Design income", "Income", "SalesOfProductIncome"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("88", "Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
    ("89", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("90", "Shipping Income", "Income", "OtherPrimaryIncome"),
)


def plant_accounts(company: Company) -> None:
    """Insert the chart with its fixed ids."""
    for identifier, name, account_type, sub_type in _CHART:
        company.insert(
            kind("Account"),
            {
                "Id": identifier,
                "Name": name,
                "SubAccount": False,
                "FullyQualifiedName": name,
                "Active": True,
                "Classification": classification_of(account_type),
                "AccountType": account_type,
                "AccountSubType": sub_type,
                "CurrentBalance": 0,
                "CurrentBalanceWithSubAccounts": 0,
                "CurrencyRef": home_currency(company),
            },
        )
