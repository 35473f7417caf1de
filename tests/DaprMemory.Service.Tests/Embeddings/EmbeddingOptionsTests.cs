using DaprMemory.Conformance;
using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Log;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Tests.Embeddings;

/// <summary>Which model a service uses, by its configuration and by what is there.</summary>
public sealed class EmbeddingOptionsTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("daprmemory-model-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Without_a_model_there_is_nothing_to_embed_with()
    {
        foreach (var settings in new (string, string)[][] { [], [("Embeddings:Model", "none"), ("Embeddings:Folder", NewModel())] })
        {
            await using var app = Build(settings);
            app.Services.GetService<EmbeddingScheduler>().ShouldBeNull();
        }
    }

    [Fact]
    public async Task Embedded_model_is_used_when_it_is_there() =>
        // That it is no real one shows when it is loaded.
        await Should.ThrowAsync<IOException>(() => StartAsync(("Embeddings:Folder", NewModel())));

    [Fact]
    public async Task Endpoint_is_asked_as_configured()
    {
        await using var endpoint = await EmbeddingEndpoint.StartAsync();
        await using var app = Build(
            ("Embeddings:Model", "openai"), ("Embeddings:Endpoint:Address", endpoint.Address.ToString()), ("Embeddings:Endpoint:Model", "tiny"), ("Embeddings:Dimensions", "3"));
        var scheduler = app.Services.GetRequiredService<EmbeddingScheduler>();

        scheduler.Model.ShouldBe(new EmbeddingModel("tiny", 3));
        var vector = (await scheduler.EmbedQueryAsync("0", TimeSpan.FromSeconds(30), default)).ShouldNotBeNull();
        vector.ToArray().ShouldBe([0, 1, 0]);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_when_the_service_starts()
    {
        var message = (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(
            ("Embeddings:Model", "openai"), ("Embeddings:BatchSize", "0"), ("Embeddings:Endpoint:Address", "ftp://x"), ("Embeddings:Endpoint:Timeout", "00:00:00")))).Message;

        foreach (var name in new[] { "BatchSize", "Embeddings:Endpoint:Address", "Embeddings:Endpoint:Model", "Timeout", "Embeddings:Dimensions" })
            message.ShouldContain(name);
        (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(("Embeddings:Model", "gpt")))).Message.ShouldContain("'gpt'");
        (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(
            ("Embeddings:Model", "use-lite"), ("Embeddings:Folder", Path.Combine(_folder.FullName, "none"))))).Message.ShouldContain("daprmem model add");
    }

    [Fact]
    public async Task The_model_before_answers_queries_beside_the_one_in_use()
    {
        await using var endpoint = await EmbeddingEndpoint.StartAsync();
        await using var app = Build([.. Endpoint("Embeddings", endpoint.Address, "young"), .. Endpoint("Embeddings:Previous", endpoint.Address, "old")]);
        app.Services.GetRequiredService<EmbeddingScheduler>().Model.Name.ShouldBe("young");
        app.Services.GetRequiredKeyedService<EmbeddingScheduler>("previous").Model.Name.ShouldBe("old");
    }

    [Fact]
    public async Task A_model_before_that_is_none_or_the_same_does_not_start()
    {
        var address = new Uri("http://127.0.0.1:1");
        (await FailureAsync([.. Endpoint("Embeddings", address, "m"), .. Endpoint("Embeddings:Previous", address, "m")])).ShouldContain("another model");
        (await FailureAsync([("Embeddings:Model", "none"), .. Endpoint("Embeddings:Previous", address, "m")])).ShouldContain("both are named");
        (await FailureAsync([.. Endpoint("Embeddings", address, "m"), ("Embeddings:Previous:Model", "openai")])).ShouldContain("Previous:Endpoint:Address");
        (await FailureAsync([.. Endpoint("Embeddings", address, "m"), .. Endpoint("Embeddings:Previous", address, "n"), .. Endpoint("Embeddings:Previous:Previous", address, "o")]))
            .ShouldContain("of its own");

        static async Task<string> FailureAsync((string, string)[] settings) => (await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(settings))).Message;
    }

    static (string, string)[] Endpoint(string section, Uri address, string model) =>
        [($"{section}:Model", "openai"), ($"{section}:Endpoint:Address", address.ToString()), ($"{section}:Endpoint:Model", model), ($"{section}:Dimensions", "3")];

    string NewModel()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "model.json"), "{}");
        return _folder.FullName;
    }

    static async Task StartAsync(params (string Key, string Value)[] settings)
    {
        await using var app = Build([.. settings, ("Identity:Mode", "Insecure")]);
        await app.StartAsync();
    }

    static WebApplication Build(params (string Key, string Value)[] settings) => MemoryService.Build([], builder =>
    {
        (string Key, string Value)[] defaults = [("Logging:LogLevel:Default", "None"), ("Memory:HotStore", ""), ("Memory:PubSub", ""), ("urls", "http://127.0.0.1:0")];
        builder.Configuration.AddInMemoryCollection(defaults.Concat(settings).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddSingleton<ICommitStore>(new InMemoryCommitStore());
    });
}
