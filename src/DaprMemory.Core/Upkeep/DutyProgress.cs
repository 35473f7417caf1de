using System.Text.Json;
using System.Text.Json.Serialization;
using DaprMemory.Core.Log;

namespace DaprMemory.Core.Upkeep;

/// <summary>How far a duty has come with the spaces of a tenant. To lose it, or to move it twice, costs only that some spaces are looked at again, or later.</summary>
/// <param name="store">The strong store.</param>
public sealed class DutyProgress(ICommitStore store)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be read now.</exception>
    public async Task<DutyPlace> ReadAsync(string tenant, string duty, CancellationToken cancellationToken)
    {
        if (await new TenantStore(store, tenant).GetAsync(StoreKeys.DutyProgress(tenant, duty), cancellationToken).ConfigureAwait(false) is not { } stored)
            return new DutyPlace(null, null);
        try
        {
            return new DutyPlace(JsonSerializer.Deserialize(stored.Value.Span, ProgressJson.Default.ProgressRecord)?.After, stored.ETag);
        }
        catch (JsonException)
        {
            // From the beginning then; and it is replaced under its own tag.
            return new DutyPlace(null, stored.ETag);
        }
    }

    /// <summary>One attempt to move it, unless another has moved it since it was read.</summary>
    public Task<bool> TryMoveAsync(string tenant, string duty, DutyPlace from, string? after, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new ProgressRecord { After = after }, ProgressJson.Default.ProgressRecord);
        var key = StoreKeys.DutyProgress(tenant, duty);
        var own = new TenantStore(store, tenant);
        return from.ETag is null ? own.TryCreateAsync(key, json, cancellationToken) : own.TryUpdateAsync(key, json, from.ETag, cancellationToken);
    }
}

/// <summary>Where a duty goes on.</summary>
/// <param name="After">Behind this space; null: with the first.</param>
/// <param name="ETag">The tag under which that can be changed; null: it is not stored.</param>
public readonly record struct DutyPlace(string? After, string? ETag);

internal sealed record ProgressRecord
{
    [JsonPropertyName("v")]
    public int Format { get; init; } = 1;

    [JsonPropertyName("after")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? After { get; init; }
}

[JsonSerializable(typeof(ProgressRecord))]
internal sealed partial class ProgressJson : JsonSerializerContext;
