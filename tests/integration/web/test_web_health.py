def test_a_living_process_says_so(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_ready_process_names_what_it_looked_at(client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["checks"] == {"database": "ok", "migrations": "ok", "redis": "ok"}


def test_a_process_without_redis_is_not_ready_but_alive(settings, unused_port):
    from qbo_connector.app import create_app  # noqa: PLC0415

    client = create_app(
        settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{unused_port}/0"})
    ).test_client()

    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json["checks"]["redis"] == "failing"
    assert client.get("/healthz").status_code == 200


def test_a_process_before_its_migrations_is_not_ready(settings, unmigrated_database_url):
    from qbo_connector.app import create_app  # noqa: PLC0415

    client = create_app(settings.model_copy(update={"database_url": unmigrated_database_url})).test_client()

    assert client.get("/readyz").json["checks"]["migrations"] == "failing"
