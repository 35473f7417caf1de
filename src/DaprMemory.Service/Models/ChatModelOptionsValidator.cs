using Microsoft.Extensions.Options;

namespace DaprMemory.Service.Models;

/// <summary>Checks what <see cref="ChatModelOptions"/> need together.</summary>
internal sealed class ChatModelOptionsValidator : IValidateOptions<ChatModelOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ChatModelOptions options)
    {
        var errors = new List<string>();
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            errors.Add($"{ChatModelOptions.SectionName}:{nameof(options.Endpoint)}: an address such as http://localhost:11434/v1");
        if (options.Endpoint is null != (options.Model.Length == 0))
            errors.Add($"{ChatModelOptions.SectionName}: an endpoint needs a model, and a model an endpoint");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
