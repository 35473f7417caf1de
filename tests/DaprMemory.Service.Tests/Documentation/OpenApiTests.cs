using System.Text.Json;

namespace DaprMemory.Service.Tests.Documentation;

public sealed class OpenApiTests : IAsyncLifetime
{
    TestService _service = null!;
    JsonElement _document;

    public async Task InitializeAsync()
    {
        _service = await TestService.StartAsync();
        var answer = await _service.SendAsync("GET", "/openapi/v1.json");
        answer.Status.ShouldBe(200, answer.Text);
        _document = answer.Json;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public void The_document_lists_every_operation()
    {
        var operations = from path in _document.GetProperty("paths").EnumerateObject()
                         from operation in path.Value.EnumerateObject()
                         select $"{operation.Name} {path.Name}: {operation.Value.GetProperty("operationId").GetString()}";
        operations.Order().ShouldBe(new[]
        {
            "delete /v1/{tenant}/{space}/state/{key}: deleteState",
            "delete /v1/{tenant}/{space}/sessions/{session}: deleteSession",
            "get /v1/{tenant}/{space}/sessions: listSessions",
            "get /v1/{tenant}/{space}/sessions/{session}/turns: readTurns",
            "post /v1/{tenant}/{space}/sessions/{session}/turns: appendTurns",
            "post /v1/{tenant}/{space}/sessions/{session}/remember: rememberTurns",
            "get /v1/{tenant}/{space}/commits/{n}: getCommit",
            "get /v1/{tenant}/{space}/commits: listCommits",
            "get /v1/{tenant}/{space}/state/{key}: getState",
            "get /v1/{tenant}/{space}/state: listState",
            "head /v1/{tenant}/{space}/state/{key}: headState",
            "patch /v1/{tenant}/{space}/state/{key}: patchState",
            "post /v1/{tenant}/{space}/state/read: readState",
            "post /v1/{tenant}/{space}/transactions: postTransaction",
            "put /v1/{tenant}/{space}/state/{key}: putState",
            "get /v1/{tenant}/{space}/watch: watch",
            "get /v1/{tenant}/spaces: listSpaces",
            "get /v1/{tenant}/audit: getAudit",
            "get /v1/{tenant}/audit/keys: getAuditKeys",
            "get /v1/{tenant}/audit/reads: listReadCommits",
            "delete /v1/{tenant}/{space}/memories/{id}: deleteMemory",
            "get /v1/{tenant}/{space}/memories/{id}: getMemory",
            "get /v1/{tenant}/{space}/memories: listMemories",
            "post /v1/{tenant}/{space}/memories/batch: addMemories",
            "post /v1/{tenant}/{space}/memories: addMemory",
            "post /v1/{tenant}/{space}/memories/search: searchMemories",
            "post /v1/{tenant}/search: searchSpaces",
            "get /v1/{tenant}/{space}/memories/{id}/links: getLinks",
            "put /v1/{tenant}/{space}/memories/{id}: putMemory",
        }.Order());
    }

    [Theory]
    [InlineData("/state/{key}", "get", "tenant space key at If-None-Match Memory-Agent Memory-Consistency Memory-Token", "200 304 401 403 404 422 429 500 503")]
    [InlineData("/state/{key}", "put", "tenant space key ttl tags If-Match If-None-Match Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "200 201 400 401 403 404 412 413 415 422 429 500 503")]
    [InlineData("/state/{key}", "delete", "tenant space key If-Match If-None-Match Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "204 401 403 404 412 422 429 500 503")]
    [InlineData("/state", "get", "tenant space prefix after limit at Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    [InlineData("/transactions", "post", "tenant space Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "200 400 401 403 404 412 413 415 422 429 500 503")]
    [InlineData("/state/read", "post", "tenant space at Memory-Agent Memory-Consistency Memory-Token", "200 400 401 403 404 413 415 422 429 500 503")]
    [InlineData("/sessions/{session}/turns", "post", "tenant space session retention Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "201 400 401 403 404 413 415 422 429 500 503")]
    [InlineData("/sessions/{session}/turns", "get", "tenant space session last maxTokens compact before limit Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    [InlineData("/sessions/{session}/remember", "post", "tenant space session Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "200 400 401 403 404 413 415 422 429 500 503")]
    [InlineData("/sessions", "get", "tenant space after limit Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    [InlineData("/sessions/{session}", "delete", "tenant space session Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "204 401 403 404 422 429 500 503")]
    [InlineData("/memories", "post", "tenant space Memory-Agent Memory-Consistency Memory-Token Idempotency-Key Memory-Attempt", "200 201 400 401 403 404 412 413 415 422 429 500 503")]
    [InlineData("/memories", "get", "tenant space after limit tag asOf at Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    [InlineData("/memories/{id}", "get", "tenant space id at asOf If-None-Match Memory-Agent Memory-Consistency Memory-Token", "200 304 401 403 404 422 429 500 503")]
    [InlineData("/memories/search", "post", "tenant space Memory-Agent Memory-Consistency Memory-Token", "200 400 401 403 404 413 415 422 429 500 503")]
    [InlineData("/watch", "get", "tenant space after prefix Last-Event-ID Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    [InlineData("/commits", "get", "tenant space after limit Memory-Agent Memory-Consistency Memory-Token", "200 401 403 404 422 429 500 503")]
    public void An_operation_tells_its_parameters_and_answers(string path, string method, string parameters, string statuses)
    {
        var operation = _document.GetProperty("paths").GetProperty("/v1/{tenant}/{space}" + path).GetProperty(method);
        Names(operation.GetProperty("parameters")).ShouldBe(parameters);
        string.Join(' ', operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order()).ShouldBe(statuses);
        foreach (var response in operation.GetProperty("responses").EnumerateObject())
        {
            response.Value.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
            if (response.Name[0] == '2')
                response.Value.GetProperty("headers").EnumerateObject().Select(header => header.Name).ShouldContain("Memory-Token");
        }
        operation.TryGetProperty("requestBody", out _).ShouldBe(method is "put" or "post");

        static string Names(JsonElement list) => string.Join(' ', list.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }

    [Fact]
    public void A_page_of_the_tenant_has_neither_space_nor_token()
    {
        var operation = _document.GetProperty("paths").GetProperty("/v1/{tenant}/spaces").GetProperty("get");
        operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
            .ShouldBe(["tenant", "after", "limit", "Memory-Agent"]);
        operation.GetProperty("responses").GetProperty("200").GetProperty("headers").EnumerateObject().Select(header => header.Name)
            .ShouldBe(["Memory-Consistency"]);
    }

    [Fact]
    public void A_search_over_spaces_names_them_in_its_body_and_has_a_level_and_a_token()
    {
        var operation = _document.GetProperty("paths").GetProperty("/v1/{tenant}/search").GetProperty("post");
        operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
            .ShouldBe(["tenant", "Memory-Agent", "Memory-Consistency", "Memory-Token"]);
        operation.GetProperty("responses").GetProperty("200").GetProperty("headers").EnumerateObject().Select(header => header.Name)
            .ShouldBe(["Memory-Consistency", "Memory-Token", "Memory-Source", "Memory-Staleness", "Memory-Shard"]);
    }

    [Fact]
    public void Every_operation_wants_a_bearer_token()
    {
        var scheme = _document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer");
        (scheme.GetProperty("type").GetString(), scheme.GetProperty("scheme").GetString()).ShouldBe(("http", "bearer"));
        _document.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue();
    }

    [Fact]
    public void Answers_have_the_members_that_they_have_on_the_wire()
    {
        var put = _document.GetProperty("paths").GetProperty("/v1/{tenant}/{space}/state/{key}").GetProperty("put");
        put.GetProperty("responses").GetProperty("201").GetProperty("content").GetProperty("application/json").GetProperty("schema")
            .GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["key", "etag", "version"]);
    }
}
