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

    /// <summary>Adds the configured model and its <see cref="EmbeddingScheduler"/>; neither is there when there is no model.</summary>
    public static void AddEmbeddings(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(EmbeddingOptions.SectionName);
        services.AddOptions<EmbeddingOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddingOptions>, EmbeddingOptions.Validator>();
        switch ((section.Get<EmbeddingOptions>() ?? new EmbeddingOptions()).ChosenModel)
        {
            case UniversalSentenceEncoder.ModelId:
                // One for all services of a process, if somebody has registered it.
                services.TryAddSingleton(provider => UniversalSentenceEncoder.Load(provider.GetRequiredService<IOptions<EmbeddingOptions>>().Value.Folder));
                services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider => provider.GetRequiredService<UniversalSentenceEncoder>());
                break;
            case EmbeddingOptions.OpenAiModel:
                services.AddHttpClient(HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
                services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(NewOpenAi);
                break;
            default:
                return;
        }
        services.TryAddSingleton(NewScheduler);
    }

    static OpenAiEmbeddingGenerator NewOpenAi(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<EmbeddingOptions>>().Value;
        var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName);
        var endpoint = new ModelEndpoint(http, options.Endpoint, provider.GetRequiredService<TimeProvider>());
        return new OpenAiEmbeddingGenerator(endpoint, options.Dimensions, options.ShortenVectors, options.BatchSize);
    }

    static EmbeddingScheduler NewScheduler(IServiceProvider provider)
    {
        var logger = provider.GetRequiredService<ILogger<EmbeddingScheduler>>();
        return new EmbeddingScheduler(
            provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(),
            provider.GetRequiredService<IOptions<EmbeddingOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            failure => LogEmbeddingFails(logger, failure.Message));
    }

    [LoggerMessage(1, LogLevel.Warning, "Texts can't be embedded, and wait: {Reason}", EventName = "EmbeddingFails")]
    static partial void LogEmbeddingFails(ILogger logger, string reason);
}
