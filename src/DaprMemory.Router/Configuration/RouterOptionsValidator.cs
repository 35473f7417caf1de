using System.Buffers;
using DaprMemory.Core.Spaces;
using Microsoft.Extensions.Options;

namespace DaprMemory.Router.Configuration;

/// <summary>Checks what the options' annotations can't say: shards, addresses, tenants, and times against each other.</summary>
internal sealed class RouterOptionsValidator : IValidateOptions<RouterOptions>
{
    const int MaxIdLength = 128;

    const string NoShards =
        "Router:Shards is empty: name at least one shard, such as Router:Shards:0:Id=memory-0 and Router:Shards:0:Address=http://127.0.0.1:5001";

    static readonly SearchValues<char> IdChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public ValidateOptionsResult Validate(string? name, RouterOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.Shards.Count == 0)
            errors.AddError(NoShards);
        for (var i = 0; i < options.Shards.Count; i++)
        {
            foreach (var error in CheckShard(options.Shards[i], options.Sidecar))
                errors.AddError($"Router:Shards:{i}: {error}");
        }
        // YARP tells destinations apart without regard to case.
        foreach (var twins in options.Shards.GroupBy(shard => shard.Id, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            errors.AddError($"Router:Shards: {twins.Count()} shards have the Id '{twins.Key}'");
        if (options.Sidecar is not null && !IsHttpUrl(options.Sidecar))
            errors.AddError($"Router:Sidecar '{options.Sidecar}' is not an absolute http or https URL");
        foreach (var tenant in options.Tenants.Keys)
        {
            if (Names.CheckTenant(tenant) is { } rule)
                errors.AddError($"Router:Tenants: '{tenant}': {rule}");
        }
        if (options.TotalTimeout < options.AttemptTimeout)
            errors.AddError($"Router:TotalTimeout ({options.TotalTimeout}) is less than Router:AttemptTimeout ({options.AttemptTimeout})");
        return errors.Build();
    }

    static IEnumerable<string> CheckShard(ShardOptions shard, string? sidecar)
    {
        if (shard.Id.Length is 0 or > MaxIdLength || shard.Id.AsSpan().ContainsAnyExcept(IdChars))
            yield return $"Id '{shard.Id}' is not 1 to {MaxIdLength} characters of A-Z, a-z, 0-9 and . _ -";
        if (shard.IsViaSidecar)
        {
            if (sidecar is null)
                yield return "Via is 'sidecar', but there is no Router:Sidecar";
        }
        else if (!string.IsNullOrEmpty(shard.Via))
            yield return $"Via '{shard.Via}' is not known; it is '{ShardOptions.ViaSidecar}' or absent";
        else if (!IsHttpUrl(shard.Address))
            yield return $"Address '{shard.Address}' is not an absolute http or https URL";
    }

    static bool IsHttpUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Query.Length == 0 && url.Fragment.Length == 0;
}
