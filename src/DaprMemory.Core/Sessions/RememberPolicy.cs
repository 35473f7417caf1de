namespace DaprMemory.Core.Sessions;

/// <summary>How turns become memories by themselves, behind the appends.</summary>
public sealed class RememberPolicy
{
    /// <summary>The roles whose turns are remembered.</summary>
    /// <value>Each 1 to 64 characters. The default is none: then all are.</value>
    public IList<string> Roles { get; } = [];

    /// <summary>The tags that the memories get.</summary>
    /// <value>At most 15. The default is none.</value>
    public IList<string> Tags { get; } = [];

    /// <summary>How much the memories matter.</summary>
    /// <value>0 to 1. The default is that nobody says.</value>
    public double? Importance { get; set; }

    /// <summary>How long the memories live.</summary>
    /// <value>From a second to ten years. The default is for ever.</value>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>So many turns that are not remembered yet are, at once.</summary>
    /// <value>1 to 256. Default 8.</value>
    public int AfterTurns { get; set; } = 8;

    /// <summary>When nothing was said for so long, all that was said before is remembered, however little it is.</summary>
    /// <value>Up to an hour. Default 1 minute.</value>
    public TimeSpan AfterQuiet { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a language model draws facts from what was remembered, which become memories of their own.</summary>
    /// <value>Default <c>false</c>. It needs a model.</value>
    public bool Extract { get; set; }

    /// <summary>What becomes of the turns.</summary>
    internal RememberRule ToRule() => new()
    {
        Roles = [.. Roles],
        Tags = Tags.Count > 0 ? [.. Tags] : null,
        Importance = Importance,
        TimeToLive = TimeToLive,
    };
}
