using DaprMemory.Core.Embeddings;
using DaprMemory.Core.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Embeddings;

/// <summary>What the service needs to find memories by meaning.</summary>
internal static partial class EmbeddingExtensions
{
    const string HttpClientName = "embeddings";

    /// <summary>The key of what belongs to the model before.</summary>
    public const string Previous = "previous";

    /// <summary>
    /// Adds the configured model and its <see cref="EmbeddingScheduler"/>, and, under a key, those of the model before it. What there is no model
    /// for is not there.
    /// </summary>
    public static void AddEmbeddings(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(EmbeddingOptions.SectionName);
        services.AddOptions<EmbeddingOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddingOptions>, EmbeddingOptions.Validator>();
        services.AddHttpClient(HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        var options = section.Get<EmbeddingOptions>() ?? new EmbeddingOptions();
        if (options.ChosenModel == EmbeddingOptions.NoModel)
            return;
        services.TryAddSingleton(provider => NewGenerator(provider, Current(provider)));
        services.TryAddSingleton(provider => NewScheduler(provider, provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(), Current(provider)));
        if (options.Previous is null)
            return;
        services.TryAddKeyedSingleton(Previous, (provider, _) => NewGenerator(provider, Current(provider).Previous!));
        services.TryAddKeyedSingleton(Previous, (provider, key) =>
            NewScheduler(provider, provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(key), Current(provider).Previous!));
    }

    static EmbeddingOptions Current(IServiceProvider provider) => provider.GetRequiredService<IOptions<EmbeddingOptions>>().Value;

    static IEmbeddingGenerator<string, Embedding<float>> NewGenerator(IServiceProvider provider, EmbeddingOptions options)
    {
        // One for all services of a process, if somebody has registered it.
        if (options.ChosenModel == UniversalSentenceEncoder.ModelId)
            return provider.GetService<UniversalSentenceEncoder>() ?? UniversalSentenceEncoder.Load(options.Folder);
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName);
        var endpoint = new ModelEndpoint(http, options.Endpoint, provider.GetRequiredService<TimeProvider>());
        return new OpenAiEmbeddingGenerator(endpoint, options.Dimensions, options.ShortenVectors, options.BatchSize);
    }

    static EmbeddingScheduler NewScheduler(IServiceProvider provider, IEmbeddingGenerator<string, Embedding<float>> generator, EmbeddingOptions options)
    {
        var logger = provider.GetRequiredService<ILogger<EmbeddingScheduler>>();
        return new EmbeddingScheduler(generator, options, provider.GetRequiredService<TimeProvider>(), failure => LogEmbeddingFails(logger, failure.Message));
    }

    [LoggerMessage(1, LogLevel.Warning, "Texts can't be embedded, and wait: {Reason}", EventName = "EmbeddingFails")]
    static partial void LogEmbeddingFails(ILogger logger, string reason);
}
