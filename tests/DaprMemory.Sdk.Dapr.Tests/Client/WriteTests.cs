using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using DaprMemory.Sdk.Dapr.Tests.Support;

namespace DaprMemory.Sdk.Dapr.Tests.Client;

/// <summary>Saves, deletes and transactions. Answers are those of a recorded daprd.</summary>
public sealed class WriteTests
{
    const string Mismatch =
        """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store state-pgv2: possible etag mismatch. error from state store"}""";

    const string LostCreate = """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store state-pgv2: no item was updated"}""";

    const string InvalidETag =
        """{"errorCode":"ERR_STATE_SAVE","message":"failed saving state in state store state-redis: invalid etag value: strconv.Atoi: parsing \"x\": invalid syntax"}""";

    const string IllegalKey =
        """{"errorCode":"ERR_MALFORMED_REQUEST","message":"input key/keyPrefix 'a||b' can't contain '||'","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","metadata":null,"reason":"DAPR_STATE_ILLEGAL_KEY"}]}""";

    static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };

    [Fact]
    public async Task Save_sends_one_item()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.SaveStateAsync("s", "k", new { Text = "hi", N = 9007199254740993 });
        var request = sidecar.Only;
        (request.Method, request.Target).ShouldBe(("POST", "/v1.0/state/s"));
        request.Body.ShouldBe("""[{"key":"k","value":{"text":"hi","n":9007199254740993}}]""");
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Headers.ShouldNotContainKey("Expect");
        request.Headers.ShouldNotContainKey("dapr-api-token");
    }

    [Fact]
    public async Task Save_sends_etag_options_and_metadata()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        (await client.TrySaveStateAsync("s", "k", 1, "raw-1", FirstWrite, new Dictionary<string, string> { ["ttlInSeconds"] = "5" })).ShouldBeTrue();
        sidecar.Only.Body.ShouldBe(
            """[{"key":"k","value":1,"etag":"raw-1","options":{"concurrency":"first-write","consistency":"strong"},"metadata":{"ttlInSeconds":"5"}}]""");
    }

    [Fact]
    public async Task Empty_etag_is_none()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.TrySaveStateAsync("s", "k", 1, "", new StateOptions { Concurrency = ConcurrencyMode.LastWrite, Consistency = ConsistencyMode.Eventual });
        await client.TryDeleteStateAsync("s", "k", "");
        sidecar.Requests.First().Body.ShouldBe("""[{"key":"k","value":1,"options":{"concurrency":"last-write","consistency":"eventual"}}]""");
        sidecar.Requests.Last().Headers.ShouldNotContainKey("If-Match");
    }

    [Fact]
    public async Task Encoder_of_the_options_decides_what_is_escaped()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        var relaxed = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var client = sidecar.Client(builder => builder.UseJsonSerializationOptions(relaxed));
        await client.SaveStateAsync("s", "k<", "\"<é");
        sidecar.Only.Body.ShouldBe("""[{"key":"k<","value":"\"<é"}]""");
    }

    [Fact]
    public async Task Null_is_saved_as_null()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.SaveStateAsync<string?>("s", "k", null);
        sidecar.Only.Body.ShouldBe("""[{"key":"k","value":null}]""");
    }

    [Fact]
    public async Task TrySave_is_false_for_a_mismatch_only()
    {
        await using var sidecar = await SidecarStub.StartAsync(409, Mismatch);
        using var client = sidecar.Client();
        (await client.TrySaveStateAsync("s", "k", 1, "old")).ShouldBeFalse();
        (await client.TrySaveStateAsync("s", "k", 1, "", FirstWrite)).ShouldBeFalse("SQLite and the in-memory store answer 409 for a lost create");
        await Should.ThrowAsync<DaprException>(() => client.SaveStateAsync("s", "k", 1));
    }

    [Theory]
    [InlineData(500, LostCreate, "no item was updated")]
    [InlineData(400, InvalidETag, "invalid etag value")]
    [InlineData(400, IllegalKey, "ERR_MALFORMED_REQUEST")]
    [InlineData(500, "", "500")]
    [InlineData(502, "<html>bad gateway</html>", "bad gateway")]
    [InlineData(404, """{"errorCode":7}""", "404")]
    [InlineData(404, "[]", "404")]
    public async Task Write_that_is_refused_otherwise_is_a_DaprException(int status, string answer, string says)
    {
        await using var sidecar = await SidecarStub.StartAsync(status, answer);
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.TrySaveStateAsync("s", "k", 1, "e"))).Message.ShouldContain(says);
        await Should.ThrowAsync<DaprException>(() => client.SaveStateAsync("s", "k", 1));
        await Should.ThrowAsync<DaprException>(() => client.TryDeleteStateAsync("s", "k", "e"));
        await Should.ThrowAsync<DaprException>(() => client.DeleteStateAsync("s", "k"));
    }

    [Fact]
    public async Task Delete_sends_the_etag_raw_and_options_in_the_query()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        (await client.TryDeleteStateAsync("s", "a/b", "7", FirstWrite, new Dictionary<string, string> { ["m"] = "v" })).ShouldBeTrue();
        var request = sidecar.Only;
        (request.Method, request.Target).ShouldBe(("DELETE", "/v1.0/state/s/a%2Fb?concurrency=first-write&consistency=strong&metadata.m=v"));
        request.Headers["If-Match"].ShouldBe("7");
    }

    [Fact]
    public async Task TryDelete_is_false_for_a_mismatch()
    {
        await using var sidecar = await SidecarStub.StartAsync(409, """{"errorCode":"ERR_STATE_DELETE","message":"possible etag mismatch"}""");
        using var client = sidecar.Client();
        (await client.TryDeleteStateAsync("s", "k", "old")).ShouldBeFalse();
        await Should.ThrowAsync<DaprException>(() => client.DeleteStateAsync("s", "k"));
    }

    [Fact]
    public async Task Transaction_sends_its_operations_in_order()
    {
        await using var sidecar = await SidecarStub.StartAsync();
        using var client = sidecar.Client();
        await client.ExecuteStateTransactionAsync(
            "s",
            [
                new StateTransactionRequest("a", """{"n":1}"""u8.ToArray(), StateOperationType.Upsert, "7", new Dictionary<string, string> { ["ttlInSeconds"] = "5" }, FirstWrite),
                new StateTransactionRequest("b", null, StateOperationType.Delete),
            ],
            new Dictionary<string, string> { ["m"] = "v" });
        sidecar.Only.Target.ShouldBe("/v1.0/state/s/transaction");
        sidecar.Only.Body.ShouldBe(
            """{"operations":[{"operation":"upsert","request":{"key":"a","value":{"n":1},"etag":"7","options":{"concurrency":"first-write","consistency":"strong"},"metadata":{"ttlInSeconds":"5"}}},{"operation":"delete","request":{"key":"b"}}],"metadata":{"m":"v"}}""");
    }

    [Fact]
    public async Task Transaction_that_lost_a_race_is_a_DaprException()
    {
        await using var sidecar = await SidecarStub.StartAsync(500, """{"errorCode":"ERR_STATE_TRANSACTION","message":"error while executing state transaction: possible etag mismatch"}""");
        using var client = sidecar.Client();
        (await Should.ThrowAsync<DaprException>(() => client.ExecuteStateTransactionAsync("s", [new StateTransactionRequest("k", null, StateOperationType.Delete)])))
            .Message.ShouldContain("possible etag mismatch");
    }

    [Fact]
    public async Task Custom_converter_writes_and_reads_bytes_as_a_string()
    {
        var store = new StateStub();
        await using var sidecar = await SidecarStub.StartAsync(store.AnswerAsync);
        using var client = sidecar.Client();
        var text = """{"n":9007199254740993,"s":"é🙂\u2028"}""";
        await client.SaveStateAsync("s", "k", new Packed(Encoding.UTF8.GetBytes(text)));
        JsonDocument.Parse(sidecar.Only.Body).RootElement[0].GetProperty("value").GetString().ShouldBe(text);
        Encoding.UTF8.GetString((await client.GetStateAsync<Packed>("s", "k")).Bytes).ShouldBe(text);
        Encoding.UTF8.GetString((await client.GetBulkStateAsync<Packed>("s", ["k"], 1)).Single().Value.Bytes).ShouldBe(text);
        (await client.GetStateAsync<Packed>("s", "nope")).Bytes.ShouldBeNull();
    }

    [JsonConverter(typeof(PackedConverter))]
    readonly record struct Packed(byte[] Bytes);

    sealed class PackedConverter : JsonConverter<Packed>
    {
        public override Packed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var bytes = new byte[reader.ValueSpan.Length];
            return new Packed(bytes[..reader.CopyString(bytes)]);
        }

        public override void Write(Utf8JsonWriter writer, Packed value, JsonSerializerOptions options) => writer.WriteStringValue(value.Bytes);
    }
}
