using System.Globalization;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;

namespace DaprMemory.Service.Writes;

/// <summary>The header that marks repeats of one request.</summary>
internal static class IdempotencyKey
{
    const int MaxLength = 128;

    /// <summary>Reads the key; a request without one gets a key of its own, which no other has.</summary>
    public static Problem? TryRead(IHeaderDictionary headers, out string key)
    {
        var values = headers[MemoryHeaders.IdempotencyKey];
        key = values.Count == 0 ? Guid.NewGuid().ToString("N") : values[0] ?? "";
        return values.Count > 1 || key.Length is 0 or > MaxLength || key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? Problem.Invalid(ProblemTypes.InvalidHeader, "an idempotency key has 1 to 128 visible ASCII characters", MemoryHeaders.IdempotencyKey)
            : null;
    }

    /// <summary>Reads whether an earlier attempt may be under way.</summary>
    public static Problem? TryReadIsRepeat(IHeaderDictionary headers, out bool isRepeat)
    {
        var values = headers[MemoryHeaders.Attempt];
        var attempt = 1;
        var isValid = values.Count == 0
            || (values.Count == 1 && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out attempt) && attempt > 0);
        isRepeat = attempt > 1;
        return isValid ? null : Problem.Invalid(ProblemTypes.InvalidHeader, "an attempt is a number from 1", MemoryHeaders.Attempt);
    }
}
