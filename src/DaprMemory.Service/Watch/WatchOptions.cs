using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Service.Watch;

/// <summary>How spaces are watched.</summary>
public sealed class WatchOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Watch";

    /// <summary>After how long without a commit a watcher is sent a sign of life, and its place in the log.</summary>
    /// <value>A duration. The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often a watcher makes sure that the view is no older than an eventual read allows, so that no lost event keeps a commit from it.
    /// </summary>
    /// <value>A duration. The default is 1 second.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);
}
