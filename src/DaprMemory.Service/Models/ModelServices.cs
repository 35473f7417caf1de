using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Models;

/// <summary>The models that the configuration names.</summary>
internal static class ModelServices
{
    /// <summary>Adds the language model, if there is one.</summary>
    public static void AddChatModel(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(ChatModelOptions.SectionName);
        services.AddOptions<ChatModelOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChatModelOptions>, ChatModelOptionsValidator>();
        if (section[nameof(ChatModelOptions.Endpoint)] is { Length: > 0 })
            services.TryAddSingleton<IChatClient>(provider => new OpenAIChatClient(provider.GetRequiredService<IOptions<ChatModelOptions>>().Value));
    }
}
