from qbo_connector.cli import main

main()
