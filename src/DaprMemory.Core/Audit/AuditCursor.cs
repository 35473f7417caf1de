using System.Globalization;
using DaprMemory.Core.Spaces;

namespace DaprMemory.Core.Audit;

/// <summary>Where a walk through a tenant's logs goes on: the first that it has not looked at.</summary>
/// <param name="Space">The space.</param>
/// <param name="Commit">The commit, from 1.</param>
/// <param name="Index">Which of the commit's events, from 0.</param>
public readonly record struct AuditCursor(string Space, long Commit, int Index)
{
    /// <summary>Where the walk through a space begins.</summary>
    public static AuditCursor StartOf(string space) => new(space, 1, 0);

    /// <summary>The text <c>space/n.i</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Space}/{Commit}.{Index}");

    /// <summary>Reads a cursor.</summary>
    public static bool TryParse(string text, out AuditCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(text);
        cursor = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || text.IndexOf('.', slash) is not (> 0 and var dot)
            || !long.TryParse(text.AsSpan(slash + 1, dot - slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var commit) || commit is < 1 or long.MaxValue
            || !int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        cursor = new AuditCursor(text[..slash], commit, index);
        return cursor.Space == ReadTrail.SpaceName || Names.CheckSpace(cursor.Space) is null;
    }
}
