namespace Dapr.Actors.Runtime;

/// <summary>What actors implement that have reminders.</summary>
public interface IRemindable
{
    /// <summary>A reminder is due. It may come more than once; while the task runs, nothing else of this actor does.</summary>
    /// <param name="reminderName">The reminder.</param>
    /// <param name="state">What was registered with it.</param>
    /// <param name="dueTime">Zero: the scheduler does not tell.</param>
    /// <param name="period">Zero: the scheduler does not tell.</param>
    /// <returns>A task that ends when it is handled. If it fails, the reminder comes again, at most three times.</returns>
    Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period);
}
